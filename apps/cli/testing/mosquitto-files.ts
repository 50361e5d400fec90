/** Written by mosquitto_passwd 2.0.11 (`old` with -H sha512, as 1.6 did): lamp-secret, open sesame, old-secret. */
export const MOSQUITTO_PASSWORDS = `# devices
lamp:$7$101$th86Nnwl8NVGwniP$4bhkCLdAjjHxdNRG5oeD1bI5zRftYKD3PHSTizzhkIvBv8085mYSmArE4bP7KoLraNaVGGdkO/r3iXDkrER8ig==
door:$7$101$lkmv07/C+Ot/K7J0$gyDAc3MxjvWhTuN0QejsqPo6ngGiqvPNuJXY0x7vLGQOIj1LRnstR5B0tdOhHs7Tlu4lqJWlyHAS5ENi3vLt8A==
old:$6$xtFvr5srPPv4AP5I$Ta4cMDrayAgmcWivXgv9A3Ou5eMD/ttIG++Hozec/YZjEPL5eoSiMSHN3UmZxJoJ/LiT9HZoosbdy1MRAMpZ+g==
plain:not hashed
`;

export const MOSQUITTO_RULES = `topic read public/#

user lamp
topic readwrite lamp/#
topic write log
topic deny lamp/secret
pattern read state/%u/#
pattern deny state/%u/hidden

user door
topic door/with blanks
`;
