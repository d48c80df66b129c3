# GEE by administration: gee::gee (moment estimate of the exchangeable correlation, as statsmodels has it), geepack::geeglm (its own
# estimating equation for it), Mancl and DeRouen's covariance from gee's fit by matrix algebra, and leaving one administration or workshop out.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "shared.R"))
suppressPackageStartupMessages({ library(gee); library(geepack) })
clusters <- read_input("clusters.csv")

mancl_derouen <- function(fit, data, alpha) {
  x <- cbind(1, data$acted); mu <- fitted(fit); ids <- unique(data$id); bread <- 0
  parts <- lapply(ids, function(i) {
    own <- data$id == i; n <- sum(own); a <- mu[own] * (1 - mu[own])
    d <- a * x[own, , drop = FALSE]; r <- (1 - alpha) * diag(n) + alpha * matrix(1, n, n)
    list(d = d, vinv = solve(diag(sqrt(a), n) %*% r %*% diag(sqrt(a), n)), e = data$reported[own] - mu[own])
  })
  for (part in parts) bread <- bread + t(part$d) %*% part$vinv %*% part$d
  meat <- 0
  for (part in parts) {
    h <- part$d %*% solve(bread) %*% t(part$d) %*% part$vinv
    g <- t(part$d) %*% part$vinv %*% solve(diag(nrow(h)) - h, part$e)
    meat <- meat + g %*% t(g)
  }
  solve(bread) %*% meat %*% solve(bread)
}

fitted_gee <- function(data) {
  if (any(table(factor(data$acted, 0:1), factor(data$reported, 0:1)) == 0)) return(list())
  if (sum(choose(table(data$cluster), 2)) < 5) return(list())
  data$id <- match(data$cluster, unique(data$cluster)); data <- data[order(data$id), ]
  invisible(capture.output(suppressMessages(fit <- gee(reported ~ acted, id, data, family = binomial, corstr = "exchangeable", tol = 1e-12, maxiter = 500))))
  alpha <- if (max(table(data$id)) > 1) fit$working.correlation[1, 2] else 0
  error <- sqrt(mancl_derouen(fit, data, alpha)[2, 2]); b <- unname(coef(fit)[2])
  pack <- geeglm(reported ~ acted, binomial, data, id = id, corstr = "exchangeable")
  freedom <- length(unique(data$id)) - 2
  list(odds_ratio = exp(b), error = error, correlation = alpha, freedom = freedom, p_value = 2 * pt(-abs(b / error), freedom),
       low = exp(b - qt(0.975, freedom) * error), high = exp(b + qt(0.975, freedom) * error), geepack_odds_ratio = exp(unname(coef(pack)[2])))
}

stratified <- function(data) {
  x <- table(factor(data$acted, 1:0), factor(data$reported, 1:0), data$stratum)
  fit <- mantelhaen.test(x[, , apply(x, 3, sum) > 1, drop = FALSE], exact = TRUE)
  c(p = fit$p.value, ratio = unname(fit$estimate))
}

left_out <- function(data, compared) {
  units <- list(administration = data$cluster, workshop = as.character(data$stratum))
  data$stratum <- units[[compared]]
  one <- function(units) sapply(unique(units), function(unit) stratified(data[units != unit, ]))
  found <- lapply(units, one)
  unlist(lapply(names(found), function(unit) {
    p <- found[[unit]]["p", ]; ratio <- found[[unit]]["ratio", ]
    setNames(list(max(p), min(p), min(ratio), max(ratio)), paste0(if (compared == "workshop") "loo_" else "within_administration_loo_", unit, c("_max_p", "_min_p", "_or_low", "_or_high")))
  }), recursive = FALSE)
}

rows <- lapply(unique(clusters$case), function(case) {
  data <- clusters[clusters$case == case, ]
  answer(case, c(list(n = nrow(data)), fitted_gee(data), if (startsWith(case, "2021")) c(left_out(data, "workshop"), left_out(data, "administration"))))
})
write_answers(rows, "clustered.csv")
