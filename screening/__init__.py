"""xianshen 先审: screen a draft for confidentiality before it is published."""
