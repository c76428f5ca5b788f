"""A report over the access logs of a web server."""
