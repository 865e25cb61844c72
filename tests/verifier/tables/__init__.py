"""Tables of cases, one file a subject: what is changed in a good chain, and what is then found."""
