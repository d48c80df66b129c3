# One pooled table, and the asymptotic stratified statistics: stats (fisher.test, prop.test, mantelhaen.test), vcd (phi), epiR (risk ratio);
# Breslow and Day's test with Tarone's term by its formula, Boschloo's by a fine grid over the nuisance rate.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "shared.R"))
suppressPackageStartupMessages({ library(vcd); library(epiR) })
tables <- read_input("tables.csv")

wilson <- function(x, n) if (n == 0) c(NA, NA) else suppressWarnings(prop.test(x, n, correct = FALSE)$conf.int[1:2])

newcombe <- function(x1, n1, x2, n2) {
  if (n1 == 0 || n2 == 0) return(c(NA, NA))
  w1 <- wilson(x1, n1); w2 <- wilson(x2, n2); p1 <- x1 / n1; p2 <- x2 / n2
  c(p1 - p2 - sqrt((p1 - w1[1])^2 + (w2[2] - p2)^2), p1 - p2 + sqrt((w1[2] - p1)^2 + (p2 - w2[1])^2))
}

boschloo <- function(x) {
  n1 <- sum(x[1, ]); n0 <- sum(x[2, ])
  if ((n1 + 1) * (n0 + 1) > 5000 || n1 == 0 || n0 == 0) return(NULL)
  grid <- expand.grid(i = 0:n1, j = 0:n0); m <- grid$i + grid$j
  greater <- phyper(grid$i - 1, n1, n0, m, lower.tail = FALSE); less <- phyper(grid$i, n1, n0, m)
  here <- grid$i == x[1, 1] & grid$j == x[2, 1]
  worst <- function(statistic) {
    region <- grid[statistic <= statistic[here] * (1 + 1e-7), ]
    chance <- function(p) sapply(p, function(q) sum(dbinom(region$i, n1, q) * dbinom(region$j, n0, q)))
    rates <- seq(0, 1, 0.001); best <- rates[which.max(chance(rates))]
    optimize(chance, pmin(1, pmax(0, best + c(-0.001, 0.001))), maximum = TRUE, tol = 1e-12)$objective
  }
  min(1, 2 * min(worst(greater), worst(less)))
}

tarone <- function(x, ratio) {
  total <- 0; spread <- 0; lost <- 0
  for (k in seq_len(dim(x)[3])) {
    n1 <- sum(x[1, , k]); n0 <- sum(x[2, , k]); m <- sum(x[, 1, k])
    a <- 1 - ratio; b <- n0 - m + ratio * (n1 + m); c <- -ratio * n1 * m
    e <- if (abs(a) < 1e-12) -c / b else { r <- (-b + c(-1, 1) * sqrt(b^2 - 4 * a * c)) / (2 * a); r[r >= max(0, m - n0) & r <= min(n1, m)][1] }
    v <- 1 / (1 / e + 1 / (n1 - e) + 1 / (m - e) + 1 / (n0 - m + e))
    total <- total + (x[1, 1, k] - e)^2 / v; spread <- spread + v; lost <- lost + x[1, 1, k] - e
  }
  list(breslow_day_p = pchisq(total - lost^2 / spread, dim(x)[3] - 1, lower.tail = FALSE))
}

stratified <- function(x) {
  n1 <- x[1, 1, ] + x[1, 2, ]; m <- x[1, 1, ] + x[2, 1, ]; n <- apply(x, 3, sum)
  x <- x[, , pmin(n1, m) > pmax(0, n1 + m - n), drop = FALSE]
  if (dim(x)[3] == 0) return(list())
  several <- if (dim(x)[3] > 1) x else array(c(x, 0, 3, 0, 2), c(2, 2, 2))  # R wants two strata: one that says nothing is added
  fit <- mantelhaen.test(several, correct = FALSE)
  values <- list(mh_odds_ratio = unname(fit$estimate), mh_p = fit$p.value)
  if (fit$estimate == 0 || is.infinite(fit$estimate)) return(values)
  values <- c(values, list(mh_or_low = fit$conf.int[1], mh_or_high = fit$conf.int[2]))
  if (dim(x)[3] > 1) c(values, tarone(x, unname(fit$estimate))) else values
}

rows <- lapply(unique(tables$case), function(case) {
  x <- strata_of(tables[tables$case == case, ]); p <- apply(x, 1:2, sum)
  n1 <- sum(p[1, ]); n0 <- sum(p[2, ])
  w1 <- wilson(p[1, 1], n1); w0 <- wilson(p[2, 1], n0); d <- newcombe(p[1, 1], n1, p[2, 1], n0)
  fit <- fisher.test(p)
  values <- list(fisher_p = fit$p.value, wilson_low = w1[1], wilson_high = w1[2],
                 wilson_other_low = w0[1], wilson_other_high = w0[2], rd_low = d[1], rd_high = d[2])
  values$boschloo_p <- boschloo(p)
  if (all(rowSums(p) > 0) && all(colSums(p) > 0)) {
    values <- c(values, list(odds_ratio = unname(fit$estimate), or_low = fit$conf.int[1], or_high = fit$conf.int[2],
                             phi = cor(rep(c(1, 1, 0, 0), c(p[1, ], p[2, ])), rep(c(1, 0, 1, 0), c(p[1, ], p[2, ]))), phi_size = unname(assocstats(p)$phi)))
    if (all(p > 0)) values <- c(values, list(risk_ratio = epi.2by2(p, method = "cohort.count")$massoc.detail$RR.strata.wald$est))
  }
  answer(case, c(values, stratified(x)))
})
write_answers(rows, "pooled.csv")
