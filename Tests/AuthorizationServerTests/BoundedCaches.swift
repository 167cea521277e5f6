import Testing

@testable import AuthorizationServer

@Suite struct `Bounded cache: the oldest goes, one at a time` {
    @Test func `it never holds more than its capacity, and the newest are there`() {
        var cache = BoundedCache<Int, Int>(capacity: 3)
        for number in 1...10 {
            let removed = cache.insert(number * number, for: number)
            #expect(removed == (number > 3 ? (number - 3) * (number - 3) : nil))
            #expect(cache.count == min(number, 3))
        }
        #expect((1...10).map { cache[$0] } == Array(repeating: nil, count: 7) + [64, 81, 100])
    }

    @Test func `a key that is there keeps its place`() {
        var cache = BoundedCache<String, Int>(capacity: 2)
        cache.insert(1, for: "one")
        cache.insert(2, for: "two")
        #expect(cache.insert(11, for: "one") == 1 && cache.count == 2)
        #expect(cache.insert(3, for: "three") == 11)
        #expect(cache["one"] == nil && cache["two"] == 2 && cache["three"] == 3)
    }

    @Test func `emptied, it fills again as before`() {
        var cache = BoundedCache<Int, Int>(capacity: 2)
        for number in 1...3 { cache.insert(number, for: number) }
        cache.removeAll()
        #expect(cache.count == 0 && cache[3] == nil)
        for number in 4...6 { cache.insert(number, for: number) }
        #expect([4, 5, 6].map { cache[$0] } == [nil, 5, 6])
    }
}
