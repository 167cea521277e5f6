/// Keys made with the openssl command, for these tests only.
enum PEMFiles {
    /// P-256.
    static let p256 = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg8BCdVjJdXLifwUuu
        5okjfSVDTB9npDXJVLfmNlGWK+WhRANCAARUbHKDl2kYCYJtUn4OxEhcQ5/MJ3Rf
        ohUwnWZWses+3j/b5que5IHYMhTp9nq46Hy11bW1QMoWqqxG8Q26Mrhz
        -----END PRIVATE KEY-----
        """

    /// The key `p256` in the older form of SEC 1.
    static let p256SEC1 = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIPAQnVYyXVy4n8FLruaJI30lQ0wfZ6Q1yVS35jZRlivloAoGCCqGSM49
        AwEHoUQDQgAEVGxyg5dpGAmCbVJ+DsRIXEOfzCd0X6IVMJ1mVrHrPt4/2+arnuSB
        2DIU6fZ6uOh8tdW1tUDKFqqsRvENujK4cw==
        -----END EC PRIVATE KEY-----
        """

    /// The key `p256` under the passphrase "correct horse".
    static let p256Encrypted = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjwQxQtp+wOCQICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEOt7B5rXrlj9e8qkGdRXA9UEgZC+
        jO4gXrmp9sKHoBCsA8U+sjoAmrRyLuDKK7UD2SVJ7TqkEixjqP9iU7y2Hhg3SlSS
        6jpxr0kwBTbptVdXW8u9Nw0ZZsu1K70PG8n/9suf7SgKpBOG9mk2O8A+79pl3hIy
        WQpu8xNlvh5dsLMOlMTAqlTbFktiNRfyhZ71QBUDoRX82UhHQWjwjS75NnfYbzY=
        -----END ENCRYPTED PRIVATE KEY-----
        """

    /// Too short.
    static let rsa1024 = """
        -----BEGIN PRIVATE KEY-----
        MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAMxe7ieINwQA6WZy
        XbHvbLT9MyFpmkayMei4flTQkw93Z+xSlFw7HUDZ9eZlRa7T+iFNaokxHtwkjwja
        82Oi/Er0llof3oOXLpsC9H7t+cOAHygwnl6n6tKQJD2eaTmfD0DAor4PZA1ZxSFC
        IeuGdEFZsDj9W4gDtG766iu8YOETAgMBAAECgYA06CZzKXpEmQ/TK6xB0h+sQxgn
        gDUmNB9jhc9+mXhYuqq2rTInJk6OaV6VRIZjmhDY6je4SHUavIQi4Lu9gYYaUn1+
        aNlkJ/PiA+EB5MOKcX5Jxav71YE/lUoDD+jFUOUyerIX579J9cc8ep+aDnQ2CrIA
        qvmmS/eC4FjnIduaYQJBAPtxk0rL7/r2r7xSLxMOQwFbfBRQFSoPAeAwfV9v0f9Y
        QpsL8q8mKdtupT3civO/BV+ZY66tgJl+wWX/MBoDU6kCQQDQEvz/JMn4gI7YIw4C
        nM9GOts4EsDadWehK8lFOT4xzH0q7AIPlo5YYtLH0sA8i7Ot61N/Oz4p34HTY8Ne
        94RbAkEAwi10lRenLUUic6l4BxxFbJ/s03cA0SkjxrFLsM8W+j17umbgtJghTP9G
        ht5xREkpail3zKbaoC8+RXlr+TrGeQJBAJ5PhCyACidHcOdjrHoyYsX1a+t64T6V
        izYmQWmoxvhOtIEetea0TzNSZTrhz5+BT0EpRgsMwRxM0NNMGU69FfcCQHHsQkqj
        2LDYP/8cSUANWvvh1bNg3zHfDY3ZyVlwD37WEP5Zjj8ZZSEroC0okK7WJjxHV37H
        dD1YeGQ+UcRZqeg=
        -----END PRIVATE KEY-----
        """

    /// A curve not spoken here.
    static let p521 = """
        -----BEGIN PRIVATE KEY-----
        MIHuAgEAMBAGByqGSM49AgEGBSuBBAAjBIHWMIHTAgEBBEIAZWnHh7yXCgJW2isD
        pUOL/cCnceYPnLk706BtYLTHOe/HWjopSAqzbK3IsVBaQgXh3XDkeClHwsnO+Mzv
        4Krh6bahgYkDgYYABACjSG+s9xMNxPPpIlpQWGyInQBZ10PGsxeMYRCmzg/PXDEW
        kvhRdNJhZSIWTwJ9FP1C/V6KY9WEESeZdZFA4EkOwQGgbMbZ9lfQawWCTfxfhBDf
        C+7mPC86V7S2G/kgGI3DqiBnLIn+VxYcxMXNDB+kyuqgJOOxofy5X2GlVb+cbfXy
        /g==
        -----END PRIVATE KEY-----
        """

    /// A curve not spoken here.
    static let secp256k1 = """
        -----BEGIN PRIVATE KEY-----
        MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgQ0hTsOzohYpJE8TEt04n
        7wdEy92aeyAFqVE7wcIb59WhRANCAATsRkVIOZKLXuozN4fQcNQ0gpRnrTFpY4aw
        unNxuTuWjRXV3/wE0yKQAtjpClqrZJ06UKCSr3N22Hp34+ud8MOg
        -----END PRIVATE KEY-----
        """

    static let ed25519 = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIMPb/bjft9H9K0yX3dNLZYc5qs1bTmj3KrvnnGPoXstE
        -----END PRIVATE KEY-----
        """

    /// The public half of `ed25519`.
    static let ed25519Public = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAWLGRaNClWVvoQDe4tYvPEjVLV+WtV0hA+IxQq8vo7ZM=
        -----END PUBLIC KEY-----
        """

    /// A curve not spoken here.
    static let ed448 = """
        -----BEGIN PRIVATE KEY-----
        MEcCAQAwBQYDK2VxBDsEOTz3p+RMlHVYR9kCkZCk+I2JyLLGtLg7fiIQWwBUkwbM
        pC72SYlrgYWoOMKDwDKK6GiYy2LnZQjMTQ==
        -----END PRIVATE KEY-----
        """

    /// An RSA key that may only be used with PSS.
    static let rsaPSS = """
        -----BEGIN PRIVATE KEY-----
        MIIEvAIBADALBgkqhkiG9w0BAQoEggSoMIIEpAIBAAKCAQEA24oSS2lvr9WxKLtW
        Nq9PO0jcOS0ejbXuFn3LXUIVK6U4ffrwCUnLd18q07QCCk5BbbeRV+TMv0uOZy5l
        FNao+j0Mf4uWFvPMljNiPfJIaFo1GlEM0v+Po0soc0szi/I5CPu+i0E4xdYPkMHg
        mGo6dK/NoKW7gIaBhknM1NE/CDRzqF/97CfWKKjGNcZn1m7bE32Dt8TBmDHPw9+h
        84H1RvzLRIy2pnWYtUF1Ze/013Q/N+L/yv+ETnTxzJFUFig7au2Ph61+HyBLm4VK
        Dd8a3nXOfcmsQz6Eii9n3q5wK46xVyt9NX0kBGmcUBk2Gsg4pmLY/ptHCQXzxm3l
        +xdUnwIDAQABAoIBABZsYVb7g3FZvw5n0rP42aZhWEECHJihKEV61Bkyj+Kqgv0h
        yCpNXm9TCexKpVoJHoIG2bJjsmKoOc4h0n2Q4/x/MiDFkJnH4rHFY3eWoL0BLbhX
        kUWXMxlyKppavX6XSdUNkCuSs1Ty+sRbJnCwNPKd0ZUNfdEbAULGlJnOGi/g/wyz
        42WWWJ5Yxtw66GpggZ8mDrTXzR3qRaPCjii/aSmP6lu10KBflSy3w8uDLsdIIe8X
        esq+XYZuesXD0h/EEYmV18H9DPWfLUZymtIfJCWX1f10gW8xJj7Vczt1kobSVndp
        CTUak7njCohd1pWRSSL+U96+FJVV6H2bImC7+F0CgYEA/99ZAgMLJsijwkc7Wjyh
        Sha8cIfu+oAgqAlBZu5rc/ex9YEb6jfnd1mXeVAt1o3rolHELO8p0eni2FeIIYob
        hFJ1ieKOMVjaJidJYSveUb75UvVF8uLfK+fxKbObCTmvwfAUGFSqyq/hfCGJAGaZ
        wdQp2icgDUnUrAHieXVUtpsCgYEA26YWVdLTVm/yJy+wLsEDOrV9+yq97xu1+P/w
        33VJhrjp0Ajl69EVUK+7vGKXdWVimkoroI2BNIoC9N4GeuBOkqL7IqjfA3KPB+Y4
        DK1UXudU7bTYl5Yo3qx90JordvD4jdn7rN+1RVEwGn5QTkD52ForUnDV/5SosQ2p
        pM9nuE0CgYBXMYhGXD0nmUXcxaNfK7wW4EqU2m3ApXr7aDQGXIb3fNgC/l1B4o0Z
        KcmpiH4mWDSNGuoMGfAZXWd1K9by/vpDjEoLk8262Tl1uPuThnx7ROX3tCeDDnbY
        onCXMmJJsYPIRgTDCc8txOPFBjSGk3AgEim08pJElP1JJFdF5orYswKBgQDAfBQm
        sdKydPfoj0n+Lvb9g/8bFKHN4KLfyqrzqHz+qx17SdDzjw723onO1TeVkXuPamBB
        GsCXojplDAzxsZApwNoDzaliBAqECaQkt+CwKlmq1kjYzqaSPOck33YnjZTD+rsr
        DAB29mcJUJhfe2F3z80XOfrPNx99yVNZMsjaIQKBgQC67CzqUm/KmNNXcO5q/8MM
        Dy1pxH+Xv/X9Q7HO9+ZyLH2kopMFaQHulrqmHe0ZqOrux73bCWdUMy4NdEO4tQsr
        V76PlpCBELNbzi7PQg8Y8AMiNrC7jKVAh4/ic5QtJzonsaLTdLMgkyXTnmIl6Jws
        UORleJcjdX+fjG38aolYhQ==
        -----END PRIVATE KEY-----
        """

    /// The public half of `p256`.
    static let p256Public = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEVGxyg5dpGAmCbVJ+DsRIXEOfzCd0
        X6IVMJ1mVrHrPt4/2+arnuSB2DIU6fZ6uOh8tdW1tUDKFqqsRvENujK4cw==
        -----END PUBLIC KEY-----
        """
}
