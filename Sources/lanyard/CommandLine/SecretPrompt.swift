import Glibc

/// Asks for a secret at the terminal. Letters are not shown, and the terminal is put back whatever happens: signals
/// from the keyboard are off while it reads, so that Ctrl-C arrives as a letter and cannot leave the echo off.
struct SecretPrompt {
    private let prompt: String

    init(_ prompt: String) { self.prompt = prompt }

    func ask() throws(CommandFailure) -> String {
        let terminal = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else {
            throw .usage("there is no terminal to ask at; give the secret on standard input instead (see --help)")
        }
        defer { close(terminal) }
        var saved = termios()
        guard unsafe tcgetattr(terminal, &saved) == 0 else { throw .failed("the terminal cannot be set up") }
        var silent = saved
        silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        guard unsafe tcsetattr(terminal, TCSAFLUSH, &silent) == 0 else {
            throw .failed("the terminal cannot be set up")
        }
        defer { unsafe tcsetattr(terminal, TCSAFLUSH, &saved) }
        Self.show(prompt, on: terminal)
        defer { Self.show("\n", on: terminal) }
        return try Self.readLine(from: terminal)
    }

    private static func readLine(from terminal: Int32) throws(CommandFailure) -> String {
        var line = SecretLine()
        while true {
            var byte: UInt8 = 0
            let count = unsafe read(terminal, &byte, 1)
            guard count == 1 else { throw .failed("no secret was given") }
            switch line.take(byte) {
            case .more: continue
            case .cancelled: throw .failed("cancelled")
            case .done(let text):
                guard let text else { throw .failed("the secret is not UTF-8") }
                return text
            }
        }
    }

    private static func show(_ text: String, on terminal: Int32) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(terminal, $0.baseAddress, $0.count) }
    }
}

/// A line typed octet by octet, with the few editing keys that a terminal without its own line editing leaves to us.
struct SecretLine {
    enum Step: Equatable {
        case more
        case cancelled
        /// nil: what was typed is not UTF-8.
        case done(String?)
    }

    private var bytes: [UInt8] = []

    mutating func take(_ byte: UInt8) -> Step {
        switch byte {
        case 0x03: return .cancelled  // Ctrl-C
        case 0x04 where bytes.isEmpty: return .cancelled  // Ctrl-D
        case 0x04, 0x0A, 0x0D: return .done(String(validating: bytes, as: UTF8.self))
        case 0x08, 0x7F: dropLastLetter()
        case 0x15: bytes.removeAll()  // Ctrl-U
        default: bytes.append(byte)
        }
        return .more
    }

    private mutating func dropLastLetter() {
        while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
    }
}
