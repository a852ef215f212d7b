/** The engine between two honest TCP endpoints, one feature in each test. */
@NullMarked
package dev.midstream.worlds.scenario;

import org.jspecify.annotations.NullMarked;
