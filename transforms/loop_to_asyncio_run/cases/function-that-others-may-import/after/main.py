from client.api import Client
print(Client("x").fetch("a"))
