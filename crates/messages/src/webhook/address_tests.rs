use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::is_global;

/// The blocks that IANA's two registries of special-purpose addresses (RFC 6890, as they are today) say are not
/// globally reachable, and multicast; written down once more, from the registries and not from our table.
const NOT_GLOBAL: [&str; 40] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.0.0/29",
    "192.0.0.8/32",
    "192.0.0.170/32",
    "192.0.0.171/32",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "255.255.255.255/32",
    "::1/128",
    "::/128",
    "::ffff:0:0/96",
    "::/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "2001::/23",
    "2001::/32",
    "2001:2::/48",
    "2001:10::/28",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
];

/// An address of the block, with the bits behind the prefix taken from `rest`.
fn within(block: &str, rest: u128) -> IpAddr {
    let (first, bits) = block.split_once('/').unwrap();
    let bits: u32 = bits.parse().unwrap();
    match first.parse().unwrap() {
        IpAddr::V4(first) => {
            let mask = u32::MAX.checked_shr(bits).unwrap_or(0);
            Ipv4Addr::from_bits(first.to_bits() | (rest as u32 & mask)).into()
        }
        IpAddr::V6(first) => {
            let mask = u128::MAX.checked_shr(bits).unwrap_or(0);
            Ipv6Addr::from_bits(first.to_bits() | (rest & mask)).into()
        }
    }
}

#[test]
fn both_ends_of_each_special_block() {
    for block in NOT_GLOBAL {
        assert!(!is_global(within(block, 0)), "{block}, its first");
        assert!(!is_global(within(block, u128::MAX)), "{block}, its last");
    }
}

#[test]
fn the_neighbours_of_special_blocks() {
    for address in [
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "168.63.129.15",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.0.3.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "2000::1",
        "2001:200::",
        "2001:db7:ffff::",
        "2001:db9::",
        "2003::",
        "2606:4700:4700::1111",
        "3ffe:ffff::",
        "3fff:1000::",
    ] {
        assert!(is_global(address.parse().unwrap()), "{address}");
    }
}

#[test]
fn services_that_tell_a_machine_its_credentials() {
    for address in
        ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "::ffff:169.254.169.254"]
    {
        assert!(!is_global(address.parse().unwrap()), "{address}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn nothing_within_a_special_block_is_global(block in prop::sample::select(&NOT_GLOBAL), rest: u128) {
        let address = within(block, rest);
        prop_assert!(!is_global(address), "{address} of {block}");
    }

    #[test]
    fn an_ipv4_address_in_disguise_is_not_global(bits: u32) {
        let ipv4 = Ipv4Addr::from_bits(bits);
        prop_assert!(!is_global(ipv4.to_ipv6_mapped().into()));
        prop_assert!(!is_global(ipv4.to_ipv6_compatible().into()));
        for prefix in [0x0064_ff9b_u128 << 96, 0x2001_u128 << 112] {
            prop_assert!(!is_global(Ipv6Addr::from_bits(prefix | u128::from(bits)).into()));
        }
        prop_assert!(!is_global(Ipv6Addr::from_bits(0x2002_u128 << 112 | u128::from(bits) << 80).into()));
    }

    #[test]
    fn what_is_outside_of_every_block_is_global(bits: u32) {
        let address = Ipv4Addr::from_bits(bits);
        let special = NOT_GLOBAL.iter().any(|block| {
            let (first, length) = block.split_once('/').unwrap();
            let Ok(first) = first.parse::<Ipv4Addr>() else { return false };
            let shift = 32 - length.parse::<u32>().unwrap();
            u64::from(bits) >> shift == u64::from(first.to_bits()) >> shift
        });
        prop_assert_eq!(is_global(address.into()), !special && address != Ipv4Addr::new(168, 63, 129, 16));
    }
}
