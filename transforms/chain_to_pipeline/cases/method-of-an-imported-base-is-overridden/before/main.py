import loud

loud.run()
