# Adjusted p-values (stats::p.adjust), and the maximum statistic over all pairs under permutation within workshops (coin).
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "shared.R"))
suppressPackageStartupMessages(library(coin))
p_values <- read_input("p_values.csv")
adjusted <- lapply(unique(p_values$case), function(case) {
  p <- p_values$p[p_values$case == case]
  answer(case, as.list(c(setNames(p.adjust(p, "holm"), paste0("holm_", seq_along(p) - 1)), setNames(p.adjust(p, "BH"), paste0("fdr_bh_", seq_along(p) - 1)))))
})

replies <- read.csv(file.path(folder, "inputs", "replies_2021.csv"), colClasses = c(workshop = "factor"))
listed <- c("shared_materials", "submitted_report", "made_recommendations", "organized_workshop"); reported <- c("direct_effects", "new_project")
for (name in c(listed, reported)) replies[[name]] <- as.integer(replies[[name]] == "True")
set.seed(1959)
tested <- independence_test(as.formula(paste(paste(reported, collapse = "+"), "~", paste(listed, collapse = "+"), "| workshop")), replies,
                            teststat = "maximum", distribution = approximate(nresample = 200000))
z <- statistic(tested, "standardized"); single <- pvalue(tested, "single-step")
named <- function(values, prefix) as.list(setNames(as.vector(values), as.vector(outer(rownames(values), colnames(values), function(a, o) paste0(prefix, a, ":", o)))))
permuted <- answer("2021", c(list(maximum = unname(as.vector(statistic(tested))), maximum_p = as.numeric(pvalue(tested))), named(z, "z:"), named(single, "single_step:")))
write_answers(c(adjusted, list(permuted)), "multiplicity.csv")
