class Entry:
    def __init__(self, identifier, created_at):
        self.identifier = identifier
        self.created_at = created_at
        self.updated_at = created_at
        self.expires_at = created_at + 5
        self.owner = None
        self.state = "new"


if __name__ == "__main__":
    entries = [Entry(i, i * 10) for i in range(3)]
    print([(entry.identifier, entry.updated_at) for entry in entries])
    print([(entry.identifier, entry.expires_at) for entry in entries if entry.state == "new"])
