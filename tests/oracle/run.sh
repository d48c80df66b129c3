#!/bin/sh
# Ask R again: write the inputs, run each script, and leave the answers in answers/. PYTHON names the interpreter to use.
set -eu
cd "$(dirname "$0")"
if ! command -v Rscript >/dev/null; then
    echo "Rscript is not installed. On Debian: apt-get install r-base-core r-cran-coin r-cran-epir r-cran-gee r-cran-geepack r-cran-survival r-cran-vcd" >&2
    exit 1
fi
"${PYTHON:-python3}" make_inputs.py
mkdir -p answers
for script in exact pooled clustered multiplicity versions; do
    echo "R: $script"
    TZ=UTC Rscript --vanilla "$script.R"
done
