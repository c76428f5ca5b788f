from model import Page

FIRST = Page("a")
