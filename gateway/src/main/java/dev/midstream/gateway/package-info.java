/**
 * The program. {@link dev.midstream.gateway.Midstream} puts the commands together; what they do
 * lies in the packages below.
 */
@NullMarked
package dev.midstream.gateway;

import org.jspecify.annotations.NullMarked;
