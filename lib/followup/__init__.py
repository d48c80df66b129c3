"""The follow-up survey report: rounds, replies, analysis, report and the chain that runs it."""
