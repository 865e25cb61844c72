"""The issuer's web side: the public pages, which run without keys."""
