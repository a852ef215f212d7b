package dev.midstream.gateway.tables;

/**
 * What a node says of itself in the common tables.
 *
 * @param name the name in its certificate
 * @param program the version of the program
 * @param configuration the version of its configuration
 */
public record NodeDescription(String name, String program, long configuration) {}
