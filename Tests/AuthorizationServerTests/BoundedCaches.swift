import Testing

@testable import AuthorizationServer

@Suite struct `Bounded cache: the oldest go, one after the other` {
    @Test func `it never holds more than its capacity, and the newest are there`() {
        var cache = BoundedCache<Int, Int>(capacity: 3)
        for number in 1...100 {
            cache.insert(number * number, for: number)
            #expect(cache.count == min(number, 3))
            #expect((number - 3...number).map { cache[$0] != nil } == [false, number > 2, number > 1, true])
        }
        #expect(cache[98] == 9604 && cache[99] == 9801 && cache[100] == 10_000)
    }

    @Test func `a key that is there keeps its place`() {
        var cache = BoundedCache<String, Int>(capacity: 2)
        cache.insert(1, for: "one")
        cache.insert(2, for: "two")
        cache.insert(11, for: "one")
        #expect(cache["one"] == 11 && cache.count == 2)
        cache.insert(3, for: "three")
        #expect(cache["one"] == nil && cache["two"] == 2 && cache["three"] == 3)
    }

    @Test func `nor more octets than it may, whatever it held before`() {
        var cache = BoundedCache<Int, String>(capacity: 100, octets: 10)
        for key in 1...5 { cache.insert("two", for: key, octets: 2) }
        #expect(cache.count == 5)
        cache.insert("five", for: 3, octets: 5)
        #expect([1, 2, 3, 4, 5].map { cache[$0] } == [nil, nil, "five", "two", "two"])
        cache.insert("ten", for: 6, octets: 10)
        #expect(cache.count == 1 && cache[6] == "ten")
        cache.insert("too much", for: 7, octets: 11)
        #expect(cache.count == 0)
        cache.insert("one", for: 8, octets: 1)
        #expect(cache[8] == "one")
    }

    @Test func `emptied, it fills again as before`() {
        var cache = BoundedCache<Int, Int>(capacity: 2, octets: 4)
        for number in 1...3 { cache.insert(number, for: number, octets: 2) }
        cache.removeAll()
        #expect(cache.count == 0 && cache[3] == nil)
        for number in 4...6 { cache.insert(number, for: number, octets: 2) }
        #expect([4, 5, 6].map { cache[$0] } == [nil, 5, 6])
    }
}
