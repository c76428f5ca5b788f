import drive
import service

print(drive.run(service.profile(7)))
