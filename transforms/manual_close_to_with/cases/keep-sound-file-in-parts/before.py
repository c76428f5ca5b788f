import io
import sys
import wave

sys.unraisablehook = lambda unraisable: None


def tone(rate):
    target = io.BytesIO()
    sound = wave.open(target, mode="wb")
    sound.setnchannels(1)
    sound.setframerate(rate)
    sound.setsampwidth(2)
    sound.writeframes(bytes(8))
    data = target.getvalue()
    sound.close()
    return len(data)


for rate in (8000, -1):
    try:
        print(tone(rate))
    except wave.Error as error:
        print(error)
