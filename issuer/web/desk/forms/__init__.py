"""Papers as forms: which fields there are, and the way from a form to a draft and back."""
