import runpy

# What users run is no file of this repository.
runpy.run_path("elsewhere/report")
