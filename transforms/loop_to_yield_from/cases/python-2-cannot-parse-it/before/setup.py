if __name__ == "__main__":
    from setuptools import setup

    setup(
        name="both",
        py_modules=["main"],
        classifiers=[
            "Programming Language :: Python :: 2.7",
            "Programming Language :: Python :: 3",
        ],
    )
