# What every script needs: the inputs, and how answers are written (long format, 17 significant digits).
options(warn = 1, digits = 17)
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1]))
read_input <- function(name) read.csv(file.path(folder, "inputs", name), stringsAsFactors = FALSE)
digits <- function(x) ifelse(is.na(x), "", ifelse(is.infinite(x), ifelse(x > 0, "inf", "-inf"), trimws(formatC(x, digits = 17, format = "g"))))
write_answers <- function(rows, name) {
  answers <- do.call(rbind, rows)
  answers$value <- digits(answers$value)
  write.csv(answers, file.path(folder, "answers", name), row.names = FALSE, quote = FALSE)
}
answer <- function(case, values) {
  if (any(lengths(values) != 1)) stop(case, ": no answer for ", toString(names(values)[lengths(values) != 1]))
  data.frame(case = case, statistic = names(values), value = unlist(values, use.names = FALSE))
}
strata_of <- function(rows) aperm(array(t(as.matrix(rows[, c("both", "outcome_only", "action_only", "neither")])), c(2, 2, nrow(rows))), c(1, 2, 3))
