import Glibc

/// Whether this is a build for a sanitizer. It takes many times the time and the memory, so that bounds of either say nothing
/// there about the program: the plain build holds them.
package let isSanitized = ["__asan_init", "__tsan_init"].contains { (name: String) in unsafe dlsym(nil, name) != nil }
