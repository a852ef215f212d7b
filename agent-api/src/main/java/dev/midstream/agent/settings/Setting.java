package dev.midstream.agent.settings;

/**
 * The description of a key that an agent reads, for people. One line each.
 *
 * @param name the key
 * @param kind what its value is, for example {@code list of pairs} or {@code bytes}
 * @param defaultValue what an absent key means, for example {@code none}, or {@code required}
 * @param meaning what it is for and what follows from it
 */
public record Setting(String name, String kind, String defaultValue, String meaning) {}
