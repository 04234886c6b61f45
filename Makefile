# For fingers that know make; ./spillway does the work.
.PHONY: demo test
demo test:
	./spillway $@
