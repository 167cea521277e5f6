import Encoding
import Testing

@Suite struct `RFC 8259 texts that are not JSON` {
    @Test(arguments: structure + literals + numbers + strings + names)
    func `the text is refused, alone, in an array and in an object`(refused: JSONCase) {
        #expect(throws: JSONError.self) { try JSON(parsing: refused.bytes) }
        #expect(throws: JSONError.self) { try JSON(parsing: Array("[1,".utf8) + refused.bytes + Array("]".utf8)) }
        #expect(throws: JSONError.self) { try JSON(parsing: Array("{\"a\":".utf8) + refused.bytes + Array("}".utf8)) }
    }

    @Test(arguments: documents)
    func `the document is refused`(refused: JSONCase) {
        #expect(throws: JSONError.self) { try JSON(parsing: refused.bytes) }
    }

    static let documents = [
        JSONCase("n_empty", ""), JSONCase("n_space", " \n\t\r"), JSONCase("n_two_values", "1 2"),
        JSONCase("n_two_objects", "{}{}"),
        JSONCase("n_array_and_bracket", "[]]"), JSONCase("n_object_and_brace", "{}}"),
        JSONCase("n_trailing_comma", "1,"),
        JSONCase("n_trailing_nul", "{}\u{0}"), JSONCase("n_trailing_garbage", "{}x"),
        JSONCase("n_trailing_comment", "{}//"),
        JSONCase("n_bom_before", "\u{FEFF}{}"), JSONCase("n_bom_after", "{}\u{FEFF}"),
        JSONCase("n_utf16_le", bytes: [0x7B, 0, 0x7D, 0]),
        JSONCase("n_utf16_be", bytes: [0, 0x7B, 0, 0x7D]),
        JSONCase("n_utf16_bom", bytes: [0xFF, 0xFE, 0x7B, 0, 0x7D, 0]),
        JSONCase("n_incomplete_bom", bytes: [0xEF, 0xBB, 0x7B, 0x7D]),
        JSONCase("n_trailing_invalid", bytes: [0x7B, 0x7D, 0xE5]),
    ]

    static let structure = [
        JSONCase("n_array_open", "["), JSONCase("n_array_unclosed", "[1"), JSONCase("n_array_unclosed_comma", "[1,"),
        JSONCase("n_array_trailing_comma", "[1,]"), JSONCase("n_array_leading_comma", "[,1]"),
        JSONCase("n_array_only_comma", "[,]"),
        JSONCase("n_array_double_comma", "[1,,2]"), JSONCase("n_array_no_comma", "[1 2]"),
        JSONCase("n_array_colon", "[1:2]"),
        JSONCase("n_array_closed_by_brace", "[1}"), JSONCase("n_array_semicolon", "[1;2]"),
        JSONCase("n_array_nul", "[1\u{0}]"),
        JSONCase("n_object_open", "{"), JSONCase("n_object_unclosed", "{\"k\":1"),
        JSONCase("n_object_name_only", "{\"k\"}"),
        JSONCase("n_object_no_value", "{\"k\":}"), JSONCase("n_object_no_colon", "{\"k\" 1}"),
        JSONCase("n_object_comma", "{\"k\",1}"),
        JSONCase("n_object_double_colon", "{\"k\"::1}"), JSONCase("n_object_trailing_comma", "{\"k\":1,}"),
        JSONCase("n_object_leading_comma", "{,\"k\":1}"), JSONCase("n_object_double_comma", "{\"k\":1,,\"l\":2}"),
        JSONCase("n_object_unquoted_name", "{k:1}"), JSONCase("n_object_single_quotes", "{'k':1}"),
        JSONCase("n_object_number_name", "{1:1}"),
        JSONCase("n_object_null_name", "{null:1}"), JSONCase("n_object_closed_by_bracket", "{\"k\":1]"),
        JSONCase("n_object_no_comma", "{\"k\":1 \"l\":2}"), JSONCase("n_object_array_name", "{[]:1}"),
        JSONCase("n_brace_close", "}"),
        JSONCase("n_bracket_close", "]"), JSONCase("n_comment_block", "/**/1"), JSONCase("n_comment_line", "1//"),
        JSONCase("n_hash", "#1"),
        JSONCase("n_form_feed", "\u{C}1"), JSONCase("n_vertical_tab", "\u{B}1"),
        JSONCase("n_no_break_space", "\u{A0}1"),
        JSONCase("n_line_separator", "\u{2028}1"), JSONCase("n_word_joiner", "\u{2060}1"), JSONCase("n_del", "\u{7F}1"),
        JSONCase("n_latin1_letter", bytes: [0xE9]), JSONCase("n_ff", bytes: [0xFF]),
        JSONCase("n_escape_outside", "\\n1"),
    ]

    static let literals = [
        JSONCase("n_True", "True"), JSONCase("n_TRUE", "TRUE"), JSONCase("n_NULL", "NULL"), JSONCase("n_nul", "nul"),
        JSONCase("n_tru", "tru"),
        JSONCase("n_fals", "fals"), JSONCase("n_truee", "truee"), JSONCase("n_nulll", "nulll"),
        JSONCase("n_falsy", "falsy"),
        JSONCase("n_undefined", "undefined"), JSONCase("n_NaN", "NaN"), JSONCase("n_nan", "nan"),
        JSONCase("n_Infinity", "Infinity"),
        JSONCase("n_minus_Infinity", "-Infinity"), JSONCase("n_inf", "inf"), JSONCase("n_t", "t"), JSONCase("n_n", "n"),
    ]

    static let numbers = [
        JSONCase("n_plus", "+1"), JSONCase("n_plus_zero", "+0"), JSONCase("n_minus", "-"),
        JSONCase("n_double_minus", "--1"),
        JSONCase("n_minus_space", "- 1"), JSONCase("n_leading_zero", "01"), JSONCase("n_minus_leading_zero", "-01"),
        JSONCase("n_zeros", "00"), JSONCase("n_leading_zero_fraction", "00.5"), JSONCase("n_leading_point", ".5"),
        JSONCase("n_minus_point", "-.5"), JSONCase("n_trailing_point", "1."), JSONCase("n_point_exponent", "1.e5"),
        JSONCase("n_two_points", "1.2.3"), JSONCase("n_no_exponent", "1e"), JSONCase("n_exponent_plus", "1e+"),
        JSONCase("n_exponent_minus", "1E-"), JSONCase("n_exponent_fraction", "1e1.5"),
        JSONCase("n_exponent_sign_twice", "1e+-1"),
        JSONCase("n_two_exponents", "1e1e1"), JSONCase("n_hex", "0x10"), JSONCase("n_hex_digits", "1F"),
        JSONCase("n_octal", "0o7"),
        JSONCase("n_underscore", "1_000"), JSONCase("n_space_inside", "1 000"), JSONCase("n_suffix", "1L"),
        JSONCase("n_letter", "1a"),
        JSONCase("n_fullwidth_digit", "\u{FF11}"), JSONCase("n_arabic_digit", "\u{0661}"),
        JSONCase("n_minus_sign", "\u{2212}1"),
        JSONCase("n_hex_float", "0x1p3"), JSONCase("n_overflow", "1e309"), JSONCase("n_minus_overflow", "-1e309"),
        JSONCase("n_overflow_without_exponent", String(repeating: "9", count: 400)),
        JSONCase("n_overflow_exponent", "1e99999999999999999999"),
        JSONCase("n_overflow_by_rounding", "1.8e308"),
    ]

    static let strings = [
        JSONCase("n_string_open", "\""), JSONCase("n_string_unclosed", "\"abc"),
        JSONCase("n_string_escaped_quote", "\"abc\\\""),
        JSONCase("n_string_backslash_end", "\"\\"), JSONCase("n_single_quotes", "'a'"),
        JSONCase("n_escape_x", "\"\\x41\""),
        JSONCase("n_escape_a", "\"\\a\""), JSONCase("n_escape_zero", "\"\\0\""), JSONCase("n_escape_quote", "\"\\'\""),
        JSONCase("n_escape_U", "\"\\U0041\""), JSONCase("n_escape_N", "\"\\N\""),
        JSONCase("n_escape_newline", "\"\\\n\""),
        JSONCase("n_escape_braces", "\"\\u{41}\""), JSONCase("n_u_none", "\"\\u\""),
        JSONCase("n_u_three", "\"\\u004\""),
        JSONCase("n_u_letter", "\"\\u004g\""), JSONCase("n_u_plus", "\"\\u+041\""),
        JSONCase("n_u_space", "\"\\u 041\""),
        JSONCase("n_newline", "\"a\nb\""), JSONCase("n_tab", "\"a\tb\""), JSONCase("n_nul", "\"a\u{0}b\""),
        JSONCase("n_1f", "\"\u{1F}\""),
        JSONCase("n_control_after_escape", "\"\\n\u{1}\""), JSONCase("n_lone_lead", "\"\\uD800\""),
        JSONCase("n_lone_trail", "\"\\uDC00\""),
        JSONCase("n_lead_then_letter", "\"\\uD800a\""), JSONCase("n_lead_then_escape", "\"\\uD800\\n\""),
        JSONCase("n_lead_then_scalar", "\"\\uD800\\u0041\""), JSONCase("n_two_leads", "\"\\uD800\\uD800\""),
        JSONCase("n_trail_then_lead", "\"\\uDC00\\uD800\""), JSONCase("n_lead_cut", "\"\\uD800\\u\""),
        JSONCase("n_lead_cut_2", "\"\\uD834\\uDd\""),
        JSONCase("n_lead_lead_trail", "\"\\uD83D\\uD83D\\uDE00\""),
        JSONCase("n_utf8_lone_continuation", content: [0x80]),
        JSONCase("n_utf8_cut_2", content: [0xC3]), JSONCase("n_utf8_cut_3", content: [0xE2, 0x82]),
        JSONCase("n_utf8_cut_4", content: [0xF0, 0x9F, 0x98]),
        JSONCase("n_utf8_overlong_slash", content: [0xC0, 0xAF]),
        JSONCase("n_utf8_overlong_nul", content: [0xC0, 0x80]),
        JSONCase("n_utf8_overlong_3", content: [0xE0, 0x80, 0xAF]),
        JSONCase("n_utf8_overlong_4", content: [0xF0, 0x80, 0x80, 0xAF]),
        JSONCase("n_utf8_surrogate", content: [0xED, 0xA0, 0x80]),
        JSONCase("n_utf8_surrogate_pair", content: [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80]),
        JSONCase("n_utf8_beyond", content: [0xF4, 0x90, 0x80, 0x80]),
        JSONCase("n_utf8_five_bytes", content: [0xF8, 0x88, 0x80, 0x80, 0x80]),
        JSONCase("n_utf8_fe", content: [0xFE]), JSONCase("n_utf8_ff", content: [0xFF]),
        JSONCase("n_latin1", content: [0x61, 0xE9, 0x62]),
        JSONCase("n_utf8_split_by_escape", content: [0xC3, 0x5C, 0x6E, 0xA9]),
        JSONCase("n_utf8_bad_after_escape", content: [0x5C, 0x6E, 0xFF]),
    ]

    static let names = [
        JSONCase("n_duplicate", "{\"x\":1,\"x\":1}"), JSONCase("n_duplicate_apart", "{\"x\":1,\"y\":2,\"x\":3}"),
        JSONCase("n_duplicate_escaped", "{\"iss\":1,\"\\u0069ss\":2}"),
        JSONCase("n_duplicate_empty", "{\"\":1,\"\":2}"),
        JSONCase("n_duplicate_inner", "{\"o\":{\"x\":1,\"x\":2}}"),
        JSONCase("n_duplicate_slash", "{\"a/b\":1,\"a\\/b\":2}"),
        JSONCase("n_duplicate_canonically", "{\"\u{E9}\":1,\"e\u{301}\":2}"),
        JSONCase("n_duplicate_kelvin", "{\"K\":1,\"\u{212A}\":2}"),
        JSONCase("n_name_not_utf8", bytes: [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]),
        JSONCase("n_name_lone_surrogate", "{\"\\uD800\":1}"),
        JSONCase("n_name_control", "{\"a\nb\":1}"),
    ]

    @Test(arguments: [2, 7, 8, 9, 10, 100, 3_000])
    func `a name repeated at the end of an object of any size is found`(count: Int) throws {
        let members = (0..<count).map { "\"m\($0)\":\($0)" }.joined(separator: ",")
        #expect(try JSON(parsing: Array("{\(members)}".utf8)).objectValue?.count == count)
        for repeated in [0, count / 2, count - 1] {
            #expect(throws: JSONError.self) { try JSON(parsing: Array("{\(members),\"\\u006d\(repeated)\":0}".utf8)) }
        }
    }

    @Test(arguments: [
        ("[1,", 3), ("{\"a\":1,\"a\":2}", 7), ("[tru]", 4), ("[1]x", 3), ("[\"a\u{1}\"]", 3), ("[ 01]", 2),
        ("[1e400]", 1),
    ])
    func `the error says where`(text: String, offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: Array(text.utf8)) }
        #expect(error?.offset == offset)
    }
}
