"""How far a long command is: in place for somebody who watches, else a line each tenth."""

TOLD = 10  # times, where no one watches


class Progress:
    def __init__(self, stdout):
        self._stdout, self._watched = stdout, stdout.isatty()
        self._what, self._tenth = None, 0

    def __call__(self, what, done, total):
        if what != self._what:
            self._what, self._tenth = what, 0
        if self._watched:
            self._stdout.write(f"\r\033[K{what} {done * 100 // (total or 1)} %", ending="")
            if done == total:
                self._stdout.write()
            self._stdout.flush()
        elif done * TOLD // (total or 1) > self._tenth:
            self._tenth = done * TOLD // total
            self._stdout.write(f"{what} {self._tenth * 100 // TOLD} %")
