"""Training and measuring the models; nothing else imports it."""
