"""Quiz 08: what the sixty lines taught."""

from wslearn.course.question import Question, right, wrong

QUESTIONS = (
    Question(
        "A server calls `recv(1024)` once, and gets 300 bytes. What has come?",
        "RFC 6455 §6.2",
        (
            wrong(
                "One frame: a client sends each frame with one `send`",
                "TCP knows no frames. It may join what was sent apart, and part what was sent "
                "together.",
            ),
            wrong(
                "One message, for `recv` waits until a message is whole",
                "`recv` waits for one byte at least. It knows nothing of messages.",
            ),
            right(
                "300 bytes: perhaps part of a frame, perhaps several",
                "Only the lengths in the headers say where a frame ends.",
            ),
            wrong(
                "The first 300 bytes of a longer frame, since a whole one fills all 1024",
                "The number is a limit, no promise. 300 bytes may be anything.",
            ),
        ),
    ),
    Question(
        "A text frame comes from a client with MASK 0. What does a correct server do?",
        "RFC 6455 §5.1",
        (
            right(
                "It sends a Close with 1002 and ends the connection",
                "Every frame from a client is masked. Whoever sends one without a mask cannot be "
                "a browser.",
            ),
            wrong(
                "It reads the payload as it is, because without a mask nothing has to be undone",
                "That would be kind, but the RFC says: close the connection.",
            ),
            wrong(
                "It takes the first four bytes of the payload for the key",
                "So do the sixty lines, and out comes garbage.",
            ),
            wrong(
                "It asks the client to send the frame once more, with a mask",
                "There is no frame for that. A broken rule ends the connection.",
            ),
        ),
    ),
    Question(
        "The first server dies of a Close. Why?",
        "RFC 6455 §5.5.1",
        (
            wrong(
                "The Close ends TCP, and a program ends with its connection",
                "The program would go on with the next client. Look at its last words.",
            ),
            wrong(
                "The Close is not masked, so its code is garbled",
                "A client masks it like every other frame.",
            ),
            wrong(
                "Autobahn sends more than 125 bytes in it",
                "A tab that is closed is enough. Its Close has two bytes, or a few more.",
            ),
            right(
                "Its body is read as text, and the two bytes of the code are no UTF-8",
                "Nobody looked at the opcode. And an error that nobody catches ends the program.",
            ),
        ),
    ),
    Question(
        "`client.send(data)` returned 40 000, and `data` has 100 000 bytes. What now?",
        "RFC 6455 §5.2",
        (
            wrong(
                "Nothing: the system sends the other 60 000 when there is room",
                "It took 40 000. Of the others it knows nothing.",
            ),
            right(
                "The others have to be sent too, as `sendall` does",
                "`send` says how many bytes were taken. `sendall` goes on until none are left.",
            ),
            wrong(
                "Send all 100 000 again, for a frame must not be cut",
                "Then the first 40 000 would be there twice.",
            ),
            wrong(
                "Send the others as a second frame, a continuation",
                "The header has announced 100 000 bytes. The client waits for them.",
            ),
        ),
    ),
    Question(
        "After some mends the server passes fewer of Autobahn's cases than before. How can that "
        "be?",
        "RFC 6455 §7.1.7",
        (
            wrong(
                "The suite counts lines, and the program has become longer",
                "It looks only at what passes on the wire.",
            ),
            wrong(
                "A mend must be wrong, for a right one can only gain cases",
                "Each of the mends obeys one more rule. Others are still broken.",
            ),
            right(
                "Some cases ask that the connection fails, and a crash had done that by chance",
                "Now the server lives on, and does the wrong thing for a better reason.",
            ),
            wrong(
                "The suite gives its marks by chance",
                "It sends the same bytes each time. What answers, decides.",
            ),
        ),
    ),
)
