/**
 * The program. {@link dev.midstream.gateway.Midstream} assembles the commands; the packages below
 * do their work.
 */
@NullMarked
package dev.midstream.gateway;

import org.jspecify.annotations.NullMarked;
