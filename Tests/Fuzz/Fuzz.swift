import Glibc

/// `fuzz TARGET [options and corpora of libFuzzer]`: one program for all targets, so that one build serves them.
@main
enum Fuzz {
    static func main() {
        guard chosen != nil else {
            print("usage: fuzz TARGET [options of libFuzzer], with one of the targets")
            for target in Target.all { print(target.name) }
            exit(2)
        }
        let arguments = CommandLine.arguments.prefix(1) + CommandLine.arguments.dropFirst(2)
        unsafe exit(run(arguments.map { unsafe strdup($0) } + [nil]))
    }

    /// `arguments` end with nil, as those of C do.
    private static func run(_ arguments: [UnsafeMutablePointer<CChar>?]) -> CInt {
        var arguments = unsafe arguments
        var count = unsafe CInt(arguments.count - 1)
        return unsafe arguments.withUnsafeMutableBufferPointer { buffer in
            guard var start = buffer.baseAddress else { return 2 }
            return unsafe runFuzzer(&count, &start) { octets, count in
                unsafe Fuzz.feed(Array(UnsafeBufferPointer(start: octets, count: count)))
                return 0
            }
        }
    }

    /// Time of our own: by the clock on the wall, a busy machine would be a finding.
    private static func feed(_ octets: [UInt8]) {
        let start = clock()
        chosen?.body(octets)
        require(clock() - start < CLOCKS_PER_SEC, "no input takes over a second")
    }

    private static let chosen = Target.all.first { $0.name == CommandLine.arguments.dropFirst().first }
}

/// libFuzzer as a library: it calls back with each input.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
