"""The pages: what a request asks for becomes what a template shows."""
