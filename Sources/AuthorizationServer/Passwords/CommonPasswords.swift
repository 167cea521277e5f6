/// What people who must choose a password choose first, without regard to letter case. In a password of 15 characters it
/// stands beside others of its kind.
enum CommonPasswords {
    static let words = """
        lanyard smart fhir health healthcare hospital clinic medical medicine patient patients doctor nurse physician practice
        access account admin administrator auth change changeme changeit default demo enter guest hello keepout
        letmein login logon master my mypass mypassword new newpassword nopassword open opensesame pass passcode passphrase
        passw0rd passwort password passwords password1 please pleaseletmein private public root secret secure security
        sesame signin superuser system temp temporary test testing tester user username welcome
        contraseña clave hola bienvenido geheim hallo willkommen motdepasse bonjour
        abc abcd abcdef abc123 qwe qwer qwert qwerty qwertz azerty asdf asdfgh zxcv zxcvbn qwertyuiop asdfghjkl zxcvbnm
        qaz wsx edc qazwsx 1qaz 2wsx 1qaz2wsx q1w2e3 q1w2e3r4 1q2w3e 1q2w3e4r 1q2w3e4r5t aaa zzz xxx
        angel anthony ashley austin bailey baseball basketball batman beautiful butterfly buster charlie cheese chelsea
        chocolate computer cookie corvette cowboy daniel diamond dragon eagle family ferrari flower football forever
        freedom friends ginger golf google harley heart hockey hunter iloveyou internet jennifer jesus
        jordan joshua justin killer liverpool love lovely loveme lucky maggie matrix matthew merlin michael michelle
        microsoft monkey mustang naruto nicole ninja orange pepper phoenix pokemon princess purple ranger robert rainbow
        samsung samantha shadow silver soccer sparky spiderman starwars summer sunshine superman taylor thomas thunder
        tigger trustno trustno1 whatever william winter yankees spring autumn
        monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
        october november december
        correcthorsebatterystaple tobeornottobe thequickbrownfox maytheforcebewithyou loremipsumdolorsitamet
        """.split { $0 == " " || $0 == "\n" }.map(String.init)
}
