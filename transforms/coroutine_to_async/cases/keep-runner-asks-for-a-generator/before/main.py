import jobs
import util

util.run(jobs.load(3))
