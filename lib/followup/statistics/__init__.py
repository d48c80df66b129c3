"""What is computed from the replies: tables, facts, tests, sensitivity and the audit."""
