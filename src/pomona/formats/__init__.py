"""Raw text to plain values through libraries: YAML, e-mail, phone, company, robot, job title, holidays."""
