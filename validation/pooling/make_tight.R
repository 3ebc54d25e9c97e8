# Adds to reference.csv what R's metafor gives when its search for tau squared goes on until nothing changes any more.
# By default it stops at changes of 1e-5, which is how far its tau squared is then off.
# Debian 12: apt-get install r-base-core r-cran-metafor; from this folder: Rscript make_tight.R. The tests need neither.
suppressMessages(library(metafor))
source_name <- paste0("metafor ", packageVersion("metafor"), ", tight")
studies <- read.csv("effects.csv")
# as small a change as double precision can tell from none
tight <- function(tau2) list(threshold = max(1e-13 * tau2, 1e-16), tol = max(1e-13 * tau2, 1e-16), maxiter = 100000)

rows <- list()
for (data in unique(studies$data)) for (method in c("REML", "PM")) for (test in c("knha", "adhoc")) {
  one <- studies[studies$data == data, ]
  first <- rma(effect, variance, data = one, method = method)
  fit <- rma(effect, variance, data = one, method = method, test = test, control = tight(first$tau2))
  ahead <- predict(fit)
  found <- c(
    tau2 = fit$tau2, effect = as.vector(fit$beta), se = fit$se, p_value = fit$pval, ci_low = fit$ci.lb, ci_high = fit$ci.ub,
    pi_low = ahead$pi.lb, pi_high = ahead$pi.ub, i2 = fit$I2 / 100, q = fit$QE, q_p_value = fit$QEp
  )
  name <- c(REML = "reml", PM = "paule_mandel")[[method]]
  rows[[length(rows) + 1]] <- paste(data, paste0('"', source_name, '"'), name, test, names(found), sprintf("%.17g", found), sep = ",")
}
kept <- readLines("reference.csv")
writeLines(c(kept[!grepl(", tight\"", kept, fixed = TRUE)], unlist(rows)), "reference.csv")
