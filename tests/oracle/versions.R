# The versions that gave the answers.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "shared.R"))
packages <- c("coin", "epiR", "gee", "geepack", "libcoin", "survival", "vcd")
versions <- c(R = paste(R.version$major, R.version$minor, sep = "."), sapply(packages, function(name) as.character(packageVersion(name))))
write.csv(data.frame(program = names(versions), version = versions), file.path(folder, "answers", "versions.csv"), row.names = FALSE, quote = FALSE)
