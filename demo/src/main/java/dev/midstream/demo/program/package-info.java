/**
 * Servers and clients of the system that the demonstration uses where they are installed: looked
 * for, configured for one directory, and run in a network namespace.
 */
@NullMarked
package dev.midstream.demo.program;

import org.jspecify.annotations.NullMarked;
