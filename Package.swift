// swift-tools-version: 6.2
import PackageDescription

/// The compiler is the first reviewer: every warning is an error, every pointer operation carries the word `unsafe`.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .strictMemorySafety(), .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

/// What tests of the whole server use.
let integration: [Target.Dependency] = [
    "TestSupport", "AuthorizationServer", "HTTP", "Storage", "Policy", "SMART", "JOSE", "Crypto", "Encoding", "Threads",
]

/// `Tests/Fuzz/run` sets it: the fuzzers need a sanitized build of their own, and no other build waits for them.
let isFuzzed = Context.environment["LANYARD_FUZZ"] != nil

/// The program; for the fuzzers a library, since theirs is the main function.
func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    isFuzzed
        ? .target(name: name, dependencies: dependencies, exclude: ["Main.swift"], swiftSettings: strict)
        : .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let fuzzers: [Target] = [
    .executableTarget(
        name: "fuzz",
        dependencies: ["lanyard", "AuthorizationServer", "HTTP", "JOSE", "Policy", "SMART", "Crypto", "Encoding"],
        path: "Tests/Fuzz", exclude: ["run", "Seeds", "Dictionaries"], swiftSettings: strict,
        // Gold fails on the sanitizers' symbols.
        linkerSettings: [.unsafeFlags(["-use-ld=lld"])])
]

/// `Tests/Benchmark/run --micro` sets it: it looks into modules, so that it too has a build of its own.
let isMicro = Context.environment["LANYARD_MICRO"] != nil

let microbenchmarks: [Target] = [
    .executableTarget(
        name: "micro", dependencies: ["HTTP", "Storage", "SMART", "Crypto", "Encoding"], path: "Tests/Benchmark/Micro",
        swiftSettings: strict)
]

/// Arrows only point down; `Tests/ArchitectureTests` reads the imports and holds them to this list.
let package = Package(
    name: "Lanyard",
    targets: [
        program(
            "lanyard",
            ["AuthorizationServer", "HTTP", "JOSE", "Storage", "Policy", "SMART", "Crypto", "Encoding", "Threads"]),
        module("AuthorizationServer", ["HTTP", "JOSE", "Storage", "Policy", "SMART", "Crypto", "Encoding", "Threads"]),
        module("HTTP", ["CLinux", "Crypto", "Encoding", "Threads"]),
        module("JOSE", ["Crypto", "Encoding"]),
        module("Storage", ["CSQLite", "SMART", "Encoding", "Threads"]),
        module("Policy", ["SMART", "Encoding"]),
        module("SMART", ["Encoding"]),
        module("Crypto", ["COpenSSL", "Encoding"]),
        module("Encoding", []),
        module("Threads", []),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),

        tests("EncodingTests", ["Encoding"]),
        tests("CryptoTests", ["Crypto", "Encoding"]),
        tests("JOSETests", ["JOSE", "Crypto", "Encoding"], resources: [.copy("Vectors")]),
        tests("SMARTTests", ["SMART", "Encoding"]),
        .target(name: "Measuring", path: "Tests/Measuring", swiftSettings: strict),
        tests("PolicyTests", ["Measuring", "Policy", "SMART", "Encoding"]),
        tests("StorageTests", ["Storage", "SMART", "Crypto", "Encoding", "Threads"]),
        tests("HTTPTests", ["HTTP", "Crypto", "Encoding", "Threads"]),
        tests("PagesTests", ["AuthorizationServer", "Policy", "SMART", "Encoding"]),
        .target(
            name: "TestSupport",
            dependencies: [
                "AuthorizationServer", "HTTP", "Storage", "Policy", "SMART", "JOSE", "Crypto", "Encoding", "Threads",
            ],
            path: "Tests/TestSupport", swiftSettings: strict),
        tests("ArchitectureTests", []),
        tests("AuthorizationServerTests", integration),
        tests("ConformanceTests", integration),
        tests("AttackTests", integration + ["Measuring"]),
        tests("BrowserTests", integration),
        tests(
            "CommandLineTests",
            [
                "TestSupport", "Measuring", "lanyard", "AuthorizationServer", "HTTP", "Storage", "Policy", "SMART",
                "Encoding",
            ]),
    ] + (isFuzzed ? fuzzers : []) + (isMicro ? microbenchmarks : [])
)
