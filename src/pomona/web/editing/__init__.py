"""Agreements edited by people who never see YAML: sections of sentences, each with a small form."""
