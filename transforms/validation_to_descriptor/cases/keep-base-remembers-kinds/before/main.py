from model import Note, Page

note = Note()
note.text = "a"
print(note.text, Note.kinds, Page("b").title)
