"""How replies come in: from a publication or a questionnaire, to one checked table."""
