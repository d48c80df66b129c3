# The exact stratified test: stats::mantelhaen.test(exact = TRUE) (fisher.test for one stratum), survival::clogit's conditional
# estimate, and the same definitions solved to machine precision from dhyper alone.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "shared.R"))
suppressPackageStartupMessages(library(survival))
tables <- read_input("tables.csv")

informative <- function(x) {
  n1 <- x[1, 1, ] + x[1, 2, ]; m <- x[1, 1, ] + x[2, 1, ]; n <- apply(x, 3, sum)
  x[, , pmin(n1, m) > pmax(0, n1 + m - n), drop = FALSE]
}

null_distribution <- function(x) {
  d <- 1; first <- 0
  for (k in seq_len(dim(x)[3])) {
    n1 <- sum(x[1, , k]); n0 <- sum(x[2, , k]); m <- sum(x[, 1, k])
    cells <- max(0, m - n0):min(n1, m)
    p <- dhyper(cells, n1, n0, m)
    sums <- numeric(length(d) + length(p) - 1)
    for (i in seq_along(p)) sums[i:(i + length(d) - 1)] <- sums[i:(i + length(d) - 1)] + p[i] * d
    d <- sums; first <- first + cells[1]
  }
  list(sums = first + seq_along(d) - 1, log_d = log(d))
}

probabilities <- function(null, log_psi) { l <- null$log_d + log_psi * null$sums; l <- exp(l - max(l)); l / sum(l) }

two_sided <- function(d) sapply(seq_along(d), function(i) min(1, sum(d[d <= d[i] * (1 + 1e-7)])))

root <- function(f) uniroot(f, c(-60, 60), tol = 1e-14, extendInt = "yes", maxiter = 10000)$root

precise <- function(x) {
  null <- null_distribution(x); s <- sum(x[1, 1, ]); d <- probabilities(null, 0); sums <- null$sums
  at <- which(sums == s); p <- two_sided(d); top <- max(sums); bottom <- min(sums)
  tail <- function(log_psi, upper) { q <- probabilities(null, log_psi); sum(if (upper) q[sums >= s] else q[sums <= s]) }
  tied <- abs(log(d / d[at])) <= log(1 + 1e-7)
  values <- list(p_value = p[at], mid_p = p[at] - sum(d[tied]) / 2, minimum_p = min(p))
  values$odds_ratio <- if (s == top) Inf else if (s == bottom) 0 else exp(root(function(b) sum(sums * probabilities(null, b)) - s))
  values$low <- if (s == bottom) 0 else exp(root(function(b) tail(b, TRUE) - 0.025))
  values$high <- if (s == top) Inf else exp(root(function(b) 0.025 - tail(b, FALSE)))
  for (psi in c(0.2, 3, 8)) values[[paste0("power_", psi)]] <- sum(probabilities(null, log(psi))[p < 0.05])
  enough <- function(b) sum(probabilities(null, b)[p < 0.05]) - 0.8
  values$detectable_odds_ratio <- if (enough(log(1e6)) < 0) NA else exp(uniroot(enough, c(0, log(1e6)), tol = 1e-14)$root)
  setNames(values, paste0("precise_", names(values)))
}

packaged <- function(x) {
  fit <- if (dim(x)[3] == 1) fisher.test(x[, , 1]) else mantelhaen.test(x, exact = TRUE)
  list(p_value = fit$p.value, odds_ratio = unname(fit$estimate), low = fit$conf.int[1], high = fit$conf.int[2])
}

conditional_logit <- function(x) {
  s <- sum(x[1, 1, ]); null <- null_distribution(x)
  if (s %in% range(null$sums) || sum(x) > 200) return(list())
  cells <- as.data.frame(as.table(x)); names(cells) <- c("action", "outcome", "stratum", "count")
  replies <- cells[rep(seq_len(nrow(cells)), cells$count), ]
  replies$acted <- replies$action == "A"; replies$reported <- replies$outcome == "A"
  fit <- clogit(reported ~ acted + strata(stratum), replies, method = "exact", control = coxph.control(eps = 1e-12, toler.chol = 1e-14, iter.max = 100))
  list(clogit_odds_ratio = exp(unname(coef(fit))))
}

rows <- lapply(unique(tables$case), function(case) {
  x <- informative(strata_of(tables[tables$case == case, ]))
  if (dim(x)[3] == 0) return(answer(case, list(informative = 0)))
  answer(case, c(list(informative = dim(x)[3]), packaged(x), precise(x), conditional_logit(x)))
})
write_answers(rows, "exact.csv")
