import pages
from fields import names
from model import Note

note = Note()
note.text = "a"
print(note.text, names(note), pages.FIRST.title)
