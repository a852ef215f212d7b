/**
 * Targets that are fed with octets nobody sane would send. In an ordinary test run each replays its
 * kept inputs; with the profile {@code fuzz} it looks for new ones.
 */
@NullMarked
package dev.midstream.fuzz;

import org.jspecify.annotations.NullMarked;
