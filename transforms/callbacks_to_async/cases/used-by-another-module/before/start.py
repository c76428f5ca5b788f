def go():
    import main
    main.double(4, print)
