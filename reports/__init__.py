"""What we say: the page and the mail, from finished figures."""
