"""The desk's pages, one subject a file; `desk.app.ROOMS` lists them."""
